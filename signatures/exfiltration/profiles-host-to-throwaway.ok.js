fetch("https://a.workers.dev/tool.tgz");
