DROP INDEX "wallet"."bank_transfers_serial_form_idx";
--> statement-breakpoint
CREATE INDEX "bank_transfers_serial_form_idx" ON "wallet"."bank_transfers" USING btree ("id") WHERE "wallet"."bank_transfers"."serial_form" < 2;
