"""Row 37: script, handlers, frames, SVG and CSS in outputs, Markdown, code and messages: every page is inert."""

import re

LOSES = {"mse"}
EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)></svg><iframe src=//evil.example></iframe>"
    "<style>body{display:none}</style><a href='javascript:alert(1)'>x</a><form action=//evil.example></form>"
    "<base href=//evil.example><meta http-equiv=refresh content=0><link rel=stylesheet href=//evil.example>"
)
ANSWERS = {
    "mse": f'''
from IPython.display import HTML, SVG, Javascript, Markdown, display
evil = """{EVIL}"""
display(HTML(evil), Markdown(evil), Javascript("alert(1)"))
display({{"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"}}, raw=True)
display({{"image/png": '"><script>alert(1)</script>'}}, raw=True)
print(evil)

def mse(pred, target):
    return evil

raise ValueError(evil)
''',
    "design_your_own": EVIL + "\n\n[x](javascript:alert(1)) ![x](javascript:alert(1)) ![x](http://evil.example/x.png)\n\n```\n" + EVIL,
}


def edit(notebook):
    notebook["metadata"]["title"] = EVIL
    notebook["cells"].append({"cell_type": "markdown", "id": "x", "metadata": {}, "source": EVIL})


def check(graded, row):
    for page in (graded.pages[row], graded.report):
        assert "default-src 'none'" in page
        tags = re.findall(r"<[a-zA-Z][^>]*>", page.split("</head>")[1])
        for tag in tags:
            assert not re.match(r"<(script|iframe|style|form|base|meta|link|svg|object|embed)", tag, re.I), tag
            assert not re.search(r"[\s\"'/]on\w+\s*=|javascript:|https?://evil|//evil", tag, re.I), tag
    formgrader = graded.autograded[row]
    assert "text/html" not in str([o.get("data") for o in formgrader["mse"]])
    assert "application/javascript" not in str(formgrader["mse"])
