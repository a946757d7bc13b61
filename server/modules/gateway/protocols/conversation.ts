/** A request in no protocol: what is said in one and can be said in another. */
export interface Conversation {
  readonly system: readonly string[];
  /** Of the two, and what the client instructs in between. */
  readonly turns: readonly Turn[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  /** Whether several tools may be called at once; null where the client says nothing. */
  readonly isParallel: boolean | null;
  readonly maxOutputTokens: number | null;
  readonly temperature: number | null;
  readonly topP: number | null;
  /** Texts at which the answer ends, with the name of the field. */
  readonly stop: (Placed & { readonly sequences: readonly string[] }) | null;
  readonly thinking: Thinking | null;
  /** The JSON that the answer must be. */
  readonly schema: AnswerSchema | null;
  readonly isStreamed: boolean;
}

export type Turn =
  | { readonly role: 'system'; readonly parts: readonly TextPart[] }
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] };

/** Where a part stands in the client's request: named when another protocol cannot say it. */
interface Placed {
  readonly at: string;
}

export interface TextPart extends Placed {
  readonly kind: 'text';
  readonly text: string;
}
export interface ImagePart extends Placed {
  readonly kind: 'image';
  readonly source: { readonly mediaType: string; readonly base64: string } | { readonly url: string };
}
export interface ToolResultPart extends Placed {
  readonly kind: 'toolResult';
  readonly callId: string;
  readonly parts: readonly (TextPart | ImagePart)[];
  readonly isError: boolean;
}
export interface ReasoningPart extends Placed {
  readonly kind: 'reasoning';
  readonly text: string;
  /** By which its writer knows it again; null where there is none. */
  readonly signature: string | null;
}
/** What a model thought, in a form that its server alone can read. */
export interface HiddenReasoningPart extends Placed {
  readonly kind: 'hiddenReasoning';
  readonly data: string;
}
export interface ToolCallPart extends Placed {
  readonly kind: 'toolCall';
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}
export type UserPart = TextPart | ImagePart | ToolResultPart;
export type AssistantPart = TextPart | ReasoningPart | HiddenReasoningPart | ToolCallPart;

export interface Tool {
  readonly name: string;
  readonly description: string | null;
  /** JSON Schema of what it is given. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly isStrict: boolean | null;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'any' | 'none' }
  | { readonly kind: 'tool'; readonly name: string };

/** How much the model may think: in tokens, or in words that each server understands in its own way. */
export type Thinking = { readonly budgetTokens: number } | { readonly effort: Effort };
export type Effort = 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh';

export interface AnswerSchema {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
}
