#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# python3.sh - objects of every kind: dictionaries, strings, lists, JSON.
# PYTHONMALLOC=malloc: every object is the allocator's, none is pymalloc's.
case $1 in
prepare)
	command -v python3 >/dev/null || exit 77
	cat >work.py <<'PY'
import json, re
seed = 1
def draw(n):
    global seed
    seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
    return (seed >> 33) % n
class Node:
    def __init__(self, key):
        self.key, self.left, self.right = key, None, None
def insert(node, key):
    while True:
        side = "left" if key < node.key else "right"
        child = getattr(node, side)
        if child is None:
            setattr(node, side, Node(key))
            return
        node = child
root = Node(0.5)
for i in range(4000):
    insert(root, draw(10**6) / 1e6)
table = {}
for i in range(60000):
    table.setdefault("k%d" % draw(5000), []).append((i, str(draw(10**9))))
text = json.dumps(table)
back = json.loads(text)
words = re.findall(r"\d{3,}", text)
words.sort(key=lambda w: (len(w), w))
print(len(text), len(back), len(words), words[0], words[-1])
PY
	;;
run) PYTHONMALLOC=malloc PYTHONHASHSEED=0 exec python3 -S work.py ;;
esac
