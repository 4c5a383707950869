"""Figures from the results folders of `edgecut sweep`.

    python3 -m analysis RESULTS_FOLDER [-o OUT_FOLDER] [--only latency,saving,energy,cut]

`results` reads a folder, `stats` computes what is drawn, `style` says how everything looks, `curves` draws what
several figures share, and each figure family has a module of its own, listed in `figures`.
"""
