/** What the paper reports for a network on CIFAR-10 (Table 6). */
export interface ReportedError {
  readonly network: string;
  readonly parameters: string;
  /** Test error in percent, as printed. */
  readonly error: string;
}

/** Table 6: the residual networks. */
export const REPORTED_ERRORS: readonly ReportedError[] = [
  { network: 'resnet20', parameters: '0.27M', error: '8.75' },
  { network: 'resnet32', parameters: '0.46M', error: '7.51' },
  { network: 'resnet44', parameters: '0.66M', error: '7.17' },
  { network: 'resnet56', parameters: '0.85M', error: '6.97' },
  { network: 'resnet110', parameters: '1.7M', error: '6.43 (6.61 ± 0.16)' },
  { network: 'resnet1202', parameters: '19.4M', error: '7.93' },
];

/** Table 6: the methods that the residual networks are compared with. */
export const RIVALS: readonly { readonly method: string; readonly parameters: string; readonly error: string }[] = [
  { method: 'Maxout', parameters: '–', error: '9.38' },
  { method: 'NIN', parameters: '–', error: '8.81' },
  { method: 'DSN', parameters: '–', error: '8.22' },
  { method: 'FitNet, 19 layers', parameters: '2.5M', error: '8.39' },
  { method: 'Highway, 19 layers', parameters: '2.3M', error: '7.54 (7.72 ± 0.16)' },
  { method: 'Highway, 32 layers', parameters: '1.25M', error: '8.80' },
];
