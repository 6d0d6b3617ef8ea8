rm -rf ~/work ~/work/.*
