-- bibtool's filter for pandoc 3 and Quarto: citations by identifier become references. Runs before citeproc.
-- It asks `bibt pandoc items` once for the whole document; BIBT_COMMAND names another program than `bibt`.

local function is_identifier(id)
  local prefix = id:match("^(%a+):")
  prefix = prefix and prefix:lower()
  return prefix == "arxiv" or prefix == "doi" or prefix == "url" or prefix == "http" or prefix == "https"
end

-- An address as a word of running text, with the punctuation before and after it.
local function bare_link(text)
  local before, link = text:match("^([%(%[\"']*)(https?://%S+)$")
  if not link then return nil end
  local address, after = link:match("^(.-)([%.,;:!%?%)%]\"']*)$")
  return before, address, after
end

local function collect(doc, is_linking)
  local own, wanted, seen = {}, {}, {}
  for _, reference in ipairs(doc.meta.references or {}) do own[pandoc.utils.stringify(reference.id or "")] = true end
  -- What the bibliography files have is theirs; one that cannot be read is citeproc's to complain of.
  local read, known = pcall(pandoc.utils.references, doc)
  for _, reference in ipairs(read and known or {}) do own[reference.id] = true end
  local function want(id)
    if not own[id] and not seen[id] then
      seen[id] = true
      wanted[#wanted + 1] = id
    end
  end
  local filter = {
    Cite = function(cite)
      for _, citation in ipairs(cite.citations) do
        if is_identifier(citation.id) then want(citation.id) end
      end
    end,
  }
  if is_linking then
    filter.Link = function(link) if link.classes:includes("uri") then want(link.target) end end
    filter.Str = function(str)
      local _, address = bare_link(str.text)
      if address then want(address) end
    end
  end
  doc:walk(filter)
  return wanted
end

local function ask(wanted)
  local command = os.getenv("BIBT_COMMAND") or "bibt"
  local done, answer = pcall(pandoc.pipe, command, { "pandoc", "items" }, table.concat(wanted, "\n"))
  -- A status other than 0 comes with what was printed all the same.
  if not done and type(answer) == "userdata" or type(answer) == "table" then answer = answer.output end
  local read, decoded = pcall(pandoc.json.decode, answer, false)
  if read and type(decoded) == "table" and decoded.ids then return decoded end
  io.stderr:write("bibt.lua: '" .. command .. " pandoc items' gave no answer; citations stay as they are\n")
  return nil
end

local function is_bare(citation) return #citation.prefix == 0 and #citation.suffix == 0 end

-- The citations of a group without those that say no more than another one of the same work.
local function once(citations)
  local kept = pandoc.List()
  for _, citation in ipairs(citations) do
    local same = kept:filter(function(other) return other.id == citation.id end)
    if #same == 0 or not is_bare(citation) then
      kept = kept:filter(function(other) return other.id ~= citation.id or not is_bare(other) end)
      kept:insert(citation)
    end
  end
  return kept
end

local function replacing(ids, is_linking)
  local function cite(address)
    return pandoc.Cite({ pandoc.Str(address) }, { pandoc.Citation(ids[address], "NormalCitation") })
  end
  local filter = {
    Cite = function(element)
      for _, citation in ipairs(element.citations) do citation.id = ids[citation.id] or citation.id end
      element.citations = once(element.citations)
      return element
    end,
  }
  if is_linking then
    filter.Link = function(link) if link.classes:includes("uri") and ids[link.target] then return cite(link.target) end end
    filter.Str = function(str)
      local before, address, after = bare_link(str.text)
      if not address or not ids[address] then return nil end
      local inlines = pandoc.Inlines({})
      if before ~= "" then inlines:insert(pandoc.Str(before)) end
      inlines:insert(cite(address))
      if after ~= "" then inlines:insert(pandoc.Str(after)) end
      return inlines
    end
  end
  return filter
end

function Pandoc(doc)
  local is_linking = doc.meta["bibt-links"] == true
  local wanted = collect(doc, is_linking)
  local answer = #wanted > 0 and ask(wanted)
  if not answer then return nil end
  doc = doc:walk(replacing(answer.ids, is_linking))
  local references = pandoc.List(doc.meta.references or {})
  -- Decoded JSON put in directly would lose every year; pandoc's own reader of CSL does not.
  references:extend(pandoc.read(answer.items, "csljson").meta.references or {})
  doc.meta.references = references
  return doc
end
