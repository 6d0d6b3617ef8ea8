# ruleid: plants-runtime-options
open(os.path.join(site.getsitepackages()[0], 'zz.pth'), 'w')
# ok: plants-runtime-options
print(site.getsitepackages())
