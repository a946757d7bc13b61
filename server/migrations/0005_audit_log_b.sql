ALTER TABLE "audit"."staff_reads" ADD COLUMN "tenant_id" text;
