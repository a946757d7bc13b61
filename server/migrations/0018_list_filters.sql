CREATE INDEX "tenants_kind_idx" ON "identity"."tenants" USING btree ("kind","created_at","id");
--> statement-breakpoint
CREATE INDEX "tenants_status_idx" ON "identity"."tenants" USING btree ("status","created_at","id");
--> statement-breakpoint
CREATE INDEX "tenants_kind_status_idx" ON "identity"."tenants" USING btree ("kind","status","created_at","id");
--> statement-breakpoint
CREATE INDEX "erasures_state_idx" ON "privacy"."erasures" USING btree ("state","created_at","id");
--> statement-breakpoint
CREATE INDEX "bank_transfers_tenant_id_status_idx" ON "wallet"."bank_transfers" USING btree ("tenant_id","status","id");
--> statement-breakpoint
CREATE INDEX "top_ups_tenant_id_status_idx" ON "wallet"."top_ups" USING btree ("tenant_id","status","id");
