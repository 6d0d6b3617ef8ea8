{
  'variables': {'flag%': '<!(node -p "1")'},
  'includes': ['common.gypi'],
  'targets': [{
    'target_name': 'a',
    'sources': ['a.cc', '<!@(sh list.sh)'],
    'include_dirs': ["<!@(node -p \"require('./b').include\")"],
    'conditions': [['OS=="linux"', {'defines': ['X']}, {'libraries': ['-lz']}]],
    'actions': [{'action_name': 'x', 'inputs': ['b.js'], 'outputs': ['o'], 'action': ['node', 'b.js', '>(flag)']}],
    'postbuilds': [{'postbuild_name': 'p', 'action': ['sh', 'c.sh']}],
    'rules': [{'rule_name': 'r', 'extension': 'in', 'action': ['python3', 'g.py', '<(RULE_INPUT_PATH)']}]
  }]
}
