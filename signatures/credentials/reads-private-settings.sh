# ruleid: reads-private-settings
echo "$AWS_SESSION_TOKEN"
# ok: reads-private-settings
echo "$CI"
