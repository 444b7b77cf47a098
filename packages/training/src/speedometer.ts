/** Seconds and images of training, for display: nothing that is computed depends on it. */
export class Speedometer {
  /** Of the whole run, earlier sessions included. */
  seconds: number;
  #sessionSeconds = 0;
  #sessionImages = 0;
  #lapSeconds = 0;
  #lapImages = 0;
  #secondsPerImage: number | undefined;

  constructor(secondsBefore: number) {
    this.seconds = secondsBefore;
  }

  add(images: number, seconds: number): void {
    this.seconds += seconds;
    this.#sessionSeconds += seconds;
    this.#sessionImages += images;
    this.#lapSeconds += seconds;
    this.#lapImages += images;
    const latest = seconds / images;
    this.#secondsPerImage = this.#secondsPerImage === undefined ? latest : 0.9 * this.#secondsPerImage + 0.1 * latest;
  }

  /** Over about the last ten steps. */
  get current(): number {
    return rate(1, this.#secondsPerImage ?? 0);
  }

  /** Since this session began. */
  get session(): number {
    return rate(this.#sessionImages, this.#sessionSeconds);
  }

  /** Since the last call of `lap`. */
  lap(): number {
    const speed = rate(this.#lapImages, this.#lapSeconds);
    this.#lapImages = 0;
    this.#lapSeconds = 0;
    return speed;
  }
}

function rate(images: number, seconds: number): number {
  return seconds > 0 ? images / seconds : 0;
}
