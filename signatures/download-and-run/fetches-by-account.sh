# ruleid: fetches-by-account
gsutil -m cp gs://place/tool /tmp/tool
# ok: fetches-by-account
gsutil version
# ruleid: fetches-by-account
git archive --remote=ssh://git@code.example.test/a.git HEAD
# ok: fetches-by-account
git archive HEAD
