# ruleid: opens-network
import os, urllib.request
# ruleid: opens-network
from requests import post
# ok: opens-network
import json, os
