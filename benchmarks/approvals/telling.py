def count(*a):
    return a[0], [
        (r["version"], r["unread"], [(s["event"], s["fingerprint"][:8], s["harmless"]) for s in r["scripts"]])
        for r in a[1]
    ]


def page(*a): ...
def plot(*a): ...
