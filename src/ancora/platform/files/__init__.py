"""Files by their content: written and fsynced before the row that names them commits, stored once for all uses."""
