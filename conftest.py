"""For every test and every notebook replayed: no progress bars, which are outputs that change."""

import os

os.environ["TQDM_DISABLE"] = "1"
