"""规则审查：一部规则能不能由程序落实（`bihuan pack check`）。"""
