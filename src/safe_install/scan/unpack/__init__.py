"""Packages: verified bytes to members, manifests and the scripts npm would run."""
