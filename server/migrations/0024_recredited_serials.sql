DROP INDEX "wallet"."bank_transfers_serial_number_key";
--> statement-breakpoint
CREATE INDEX "bank_transfers_serial_number_idx" ON "wallet"."bank_transfers" USING btree ("serial_number_index");
--> statement-breakpoint
CREATE UNIQUE INDEX "bank_transfers_serial_number_key" ON "wallet"."bank_transfers" USING btree ("serial_number_index") WHERE "wallet"."bank_transfers"."status" <> 'rejected' and ("wallet"."bank_transfers"."status" <> 'reversed' or "wallet"."bank_transfers"."reversal_reason" not in ('wrong_account', 'wrong_amount'));
