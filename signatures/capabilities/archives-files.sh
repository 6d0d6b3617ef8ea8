# ruleid: archives-files
tar czf a.tgz dir
# ok: archives-files
tar xzf a.tgz
