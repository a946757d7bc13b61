DROP INDEX "wallet"."bank_transfers_serial_number_idx";
--> statement-breakpoint
CREATE INDEX "bank_transfers_serial_number_idx" ON "wallet"."bank_transfers" USING btree ("serial_number_index","id");
