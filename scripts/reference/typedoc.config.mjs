import {categoryOrder} from './rooms.mjs'

// How the reference is made. It reads what ships, lib/dist/index.d.ts, where options are written out with their defaults.

/** Parts of types that are of no use by themselves. */
const INSIDE = [
  'movie-recs/dist/engines/options.d.ts:ValueOf',
  'movie-recs/dist/engines/options.d.ts:DeclaredOption',
  'movie-recs/dist/engines/options.d.ts:Resolved',
  'movie-recs/dist/math/rankingFigures.d.ts:FIGURES',
  'movie-recs/dist/models/draws.d.ts:TableName',
  'movie-recs/dist/models/factorModel.d.ts:Numbers',
  'movie-recs/dist/data/statistics.d.ts:Countable',
  'movie-recs/dist/notebook/record.d.ts:Cell',
  'movie-recs/dist/notebook/say.d.ts:Amount',
  'movie-recs/dist/plots/compareCharts.d.ts:Compared'
]

/** @type {Partial<import('typedoc').TypeDocOptions>} */
export default {
  entryPoints: ['../../lib/dist/index.d.ts'],
  tsconfig: 'tsconfig.json',
  plugin: ['./rooms.mjs'],
  customCss: './reference.css',
  categoryOrder,
  name: 'movie-recs',
  readme: '../../lib/README.md',
  projectDocuments: ['../../docs/!(README).md', '../../CHANGELOG.md'],
  out: '../../docs/reference',
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  hideGenerator: true,
  githubPages: false,
  categorizeByGroup: false,
  navigation: {includeCategories: true, includeGroups: false},
  sort: ['alphabetical'],
  validation: {notExported: true, invalidLink: true, notDocumented: true, unusedMergeModuleWith: true},
  requiredToBeDocumented: ['Variable', 'Function', 'Class', 'Interface', 'TypeAlias', 'Method', 'Accessor'],
  intentionallyNotExported: INSIDE,
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true
}
