// One that is written here gets a command, and says no more of it than who calls it.
function run(line, options, next) {
  start(line, options, next);
}
run("make all", {}, done);
