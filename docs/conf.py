"""How Sphinx builds the docs: `make docs`."""

from press_coverage import __version__

project = "press-coverage"
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
exclude_patterns = ["_build"]
default_role = "literal"  # names in docstrings are in single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the signature of a DataFrame says little; the docstring says more
napoleon_numpy_docstring = False
myst_heading_anchors = 3
html_theme = "pydata_sphinx_theme"
html_title = "press-coverage"
html_show_sphinx = False
html_sidebars: dict[str, list[str]] = {"**": []}
html_copy_source = False
html_static_path = ["static"]
html_css_files = ["custom.css"]
html_context = {"default_mode": "light"}
html_theme_options = {
    "navbar_start": ["navbar-logo"],
    "navbar_end": ["theme-switcher"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "show_prev_next": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
