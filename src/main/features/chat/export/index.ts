export { dataFolderOf, Exports, type ExportOrder, type Exported, type ExportParts } from './exports.ts'
