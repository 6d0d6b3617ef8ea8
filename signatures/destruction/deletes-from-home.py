import os
import shutil

shutil.rmtree(os.path.join(os.path.expanduser("~"), "work"))
