/** A table, its cells as text ready to be read. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A drawing. */
export interface Drawing {
  /** Of its file, without the ending: `test-error`. */
  readonly name: string;
  readonly caption: string;
  /** A whole SVG element. */
  readonly svg: string;
}

/** A statement of the paper, held against our runs. */
export interface Claim {
  readonly statement: string;
  /** Undefined as long as the runs it needs have not ended. */
  readonly holds: boolean | undefined;
  /** The figures it was decided by. */
  readonly evidence: string;
}

/** A part of a report. */
export interface Section {
  readonly title: string;
  readonly paragraphs?: readonly string[];
  readonly table?: Table;
  readonly drawings?: readonly Drawing[];
  readonly claims?: readonly Claim[];
}

/** A report of one experiment. */
export interface ReportDocument {
  /** With the scale, where it is not the paper's. */
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly sections: readonly Section[];
}
