ALTER TABLE "catalog"."models" ADD COLUMN "withdrawn_at" timestamp with time zone;
