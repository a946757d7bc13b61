ALTER TABLE "wallet"."bank_transfers" DROP CONSTRAINT "bank_transfers_status_check";
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD COLUMN "reversal_proposed_by" text;
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_reversal_proposal_check" CHECK ("wallet"."bank_transfers"."status" <> 'reversing' or ("wallet"."bank_transfers"."reversal_proposed_by" is not null and "wallet"."bank_transfers"."reversal_reason" is not null));
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_reversal_second_person_check" CHECK ("wallet"."bank_transfers"."reversal_proposed_by" is null or "wallet"."bank_transfers"."reversed_by" is null or "wallet"."bank_transfers"."reversal_proposed_by" <> "wallet"."bank_transfers"."reversed_by");
--> statement-breakpoint
ALTER TABLE "wallet"."bank_transfers" ADD CONSTRAINT "bank_transfers_status_check" CHECK ("wallet"."bank_transfers"."status" in ('waiting', 'credited', 'rejected', 'reversing', 'reversed'));
