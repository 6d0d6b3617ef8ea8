# ruleid: plants-project-files
cp wf.yml "$INIT_CWD/.github/workflows/ci.yml"
# ruleid: plants-project-files
git config --global core.hooksPath ~/.h
# ok: plants-project-files
ls .github/workflows
