import type { TestViews } from '@resnet-ts/evaluation';

/** How `--protocol` names the test protocols of the paper (§3.4). */
export const PROTOCOL_NAMES = ['center-crop', 'ten-crop', 'fully-convolutional'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

/** And views of whole small images, for a data set in the network's own size. */
export const VIEW_NAMES = ['mirrored', 'shifted'] as const satisfies readonly TestViews[];

/** Whether it names views of whole images, and not a protocol of the paper. */
export function isViews(name: ProtocolName | TestViews): name is TestViews {
  return VIEW_NAMES.some((views) => views === name);
}
