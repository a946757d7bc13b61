CREATE INDEX "entries_vault_marks_idx" ON "audit"."entries" USING btree ("id") WHERE "audit"."entries"."action" = 'vault.marked';
