#!/bin/sh
# ruleid: walks-sibling-manifests
for manifest in ../*/package.json ../@*/*/package.json; do
  echo "$manifest"
done
# ok: walks-sibling-manifests
cat ../package.json
