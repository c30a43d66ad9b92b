// Two server processes behind node's cluster module; a third, the primary, only hands out connections.
const cluster = require('cluster');
const { bootstrap } = require('@vendure/core');

if (cluster.isPrimary) {
  for (let i = 0; i < 2; i++) cluster.fork();
} else {
  bootstrap(require('./config').config).catch(e => { console.error(e); process.exit(1); });
}
