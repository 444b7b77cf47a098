import type { NetworkTable } from '../tables/network-table.js';
import { networkTable } from './network-names.js';

/** A name looked up; a table as it is. */
export function tableOf(network: string | NetworkTable): NetworkTable {
  return typeof network === 'object' && network !== null ? network : networkTable(network);
}
