ALTER TABLE "identity"."api_keys" ADD COLUMN "tokens_held" jsonb DEFAULT '{}'::jsonb NOT NULL;
