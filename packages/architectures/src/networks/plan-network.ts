import type { ResolvedOptions } from '../network-options.js';
import type { NetworkTable } from '../tables/network-table.js';
import type { NetworkPlan } from './network-plan.js';
import { residualPlan } from './residual-plan.js';
import { vggPlan } from './vgg-plan.js';

/** The plan of any table. */
export function planNetwork(table: NetworkTable, options: ResolvedOptions): NetworkPlan {
  return table.kind === 'vgg' ? vggPlan(table, options) : residualPlan(table, options);
}
