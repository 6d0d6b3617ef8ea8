# ruleid: erases-itself
os.remove(os.path.abspath(__file__))
# ok: erases-itself
os.remove("build.log")
