// What the report's page is made of: views, data, style and the script that runs in the reader's browser.

export { blockElement, compressBlock, type Block } from './compressed-block.ts';
export { packMatches, type MatchesBlock, type PageMatch } from './page-matches.ts';
export { type PageIndex, type PageRule, type PageTable } from './page-data.ts';
export { pageScript, pageStyle } from './page-script.ts';
export { printTree } from './print-tree.ts';
export { createTableBuilder, TABLE_LIMITS, type TableBuilder, type TableLimits } from './table-builder.ts';
export { alertStory, severityBadge } from './view/alert-story.js';
export { fieldsOf, isJsonObject, objectsOf, parseAlert, textOf, type JsonObject } from './view/alert-fields.js';
