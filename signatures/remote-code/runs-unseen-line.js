var exec = require('child_process').exec;
var fs = require('fs');
function go(text) {
  exec(text, ['a'], function () {});
}
go(process.env.INIT_CWD + fs.readFileSync(process.env.INIT_CWD + '/package.json'));
