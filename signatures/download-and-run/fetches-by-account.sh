# ruleid: fetches-by-account
gsutil -m cp gs://place/tool /tmp/tool
# ok: fetches-by-account
gsutil version
