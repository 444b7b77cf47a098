/** How `--protocol` names the test protocols of the paper (§3.4). */
export const PROTOCOL_NAMES = ['center-crop', 'ten-crop', 'fully-convolutional'] as const;
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];
