"""SQL of a package on the ground that names a table above it."""

POLICY = "CREATE POLICY sight ON joint_undertaking USING (EXISTS (SELECT FROM cases_case))"
OWN = "SELECT now()"
