export { escapeHtml } from './escape-html.js';
export { htmlPage } from './html-page.js';
export type { PageSection } from './html-page.js';
export { htmlList, htmlTable } from './html-table.js';
export { seriesColor } from './series-color.js';
