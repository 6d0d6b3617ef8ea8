chmod +x .words/run
.words/run
