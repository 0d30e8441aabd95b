// What citation-js reads of the files named on the command line, as CSL-JSON by file.
const { readFileSync } = require('fs');
const { Cite } = require('@citation-js/core');
require('@citation-js/plugin-bibtex');

const read = {};
for (const file of process.argv.slice(2)) {
  read[file] = new Cite(readFileSync(file, 'utf8')).data.map(({ _graph, ...item }) => item);
}
process.stdout.write(JSON.stringify(read));
