// The reference list that citeproc-js prints: items, style, locale on the command line; HTML by item on standard output.
const { readFileSync } = require('fs');
const CSL = require('citeproc');

const [items, style, locale] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const byId = Object.fromEntries(JSON.parse(items).map((item) => [item.id, item]));
const engine = new CSL.Engine({ retrieveLocale: () => locale, retrieveItem: (id) => byId[id] }, style);
engine.updateItems(Object.keys(byId));
const [about, printed] = engine.makeBibliography();
process.stdout.write(JSON.stringify(Object.fromEntries(about.entry_ids.map(([id], place) => [id, printed[place]]))));
