// The shapes of GET …/machines/{machine}/tools.
export interface ToolLife {
  changed: string;
  minutes: number | null;
  uses: number | null;
  item: string | null;
  limit: number | null;
  in_cycle_since: number;
  uses_since: number;
  counted: number | null;
  cut: boolean;
}

export interface CutterLife {
  type: string;
  counts_down: boolean;
  value: number | null;
  initial: number | null;
  warning: number | null;
  limit: number | null;
  used: number | null;
}

export interface ToolAsset {
  id: string;
  told: string;
  updated: string | null;
  tool_id: string | null;
  serial_number: string | null;
  description: string | null;
  number: string | null;
  group: string | null;
  location_type: string | null;
  location: string | null;
  states: string[];
  lives: CutterLife[];
}

export interface Tool {
  tool: string;
  uses: number;
  in_cycle: number;
  last_used: string | null;
  used: number | null;
  life: ToolLife | null;
  asset: ToolAsset | null;
}

export interface Tools {
  from: string;
  to: string;
  says_tools: boolean;
  unknown: number;
  items: Tool[];
  unread: { id: string; told: string; why: string }[];
}
